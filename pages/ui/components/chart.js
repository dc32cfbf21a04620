// Charts may come up before Plotly is there: they queue, and the loader draws them when it is ready.
export default (chart) => {
  const { height, share } = chart.data;
  chart.parentElement.style.minHeight = `${share ? Math.min(height, share * innerHeight) : height}px`;
  (window.labCharts ??= []).push(chart);
  return () => window.labCharts.drop?.(chart.parentElement);
};
