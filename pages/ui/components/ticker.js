export default ({ data, setTriggerValue }) => {
  if (!data.playing) return;
  const timer = setInterval(() => setTriggerValue("tick", true), data.milliseconds);
  return () => clearInterval(timer);
};
