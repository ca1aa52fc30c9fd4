// Draws each element with data-options; a part of a chart that has a link leads there.
(async () => {
  const boxes = [...document.querySelectorAll("[data-options]")];
  if (!boxes.length) return;
  const theme = document.documentElement.dataset.theme === "dark" ? "dark" : null;
  const all = boxes.map((box) => [box, JSON.parse(box.dataset.options)]);
  const isMap = ([, options]) => options.series.some((series) => series.type === "map");
  if (all.some(isMap)) {
    const script = document.querySelector("script[data-world]");
    const world = await (await fetch(script.dataset.world)).json();
    echarts.registerMap("world", world);
  }
  for (const [box, options] of all) {
    const chart = echarts.init(box, theme);
    chart.setOption({ backgroundColor: "transparent", animation: false, ...options });
    chart.on("click", (part) => {
      if (part.data && part.data.link) location.href = part.data.link;
    });
    new ResizeObserver(() => chart.resize()).observe(box);
  }
})();
