export default ({ data: bytes }) => {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  if (data.stamp <= (window.labFed ?? 0)) return; // Streamlit calls again at every run of the page, with what it was before
  window.labFed = data.stamp;
  document.querySelector(".lab-progress")?.labShow(data.progress);
  window.labCharts?.feed?.(data);
};
