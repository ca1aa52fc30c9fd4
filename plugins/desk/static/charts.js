// Draws each element with data-options; a part of a chart that has a link leads there.
(async () => {
  const files = document.currentScript.dataset;
  const boxes = [...document.querySelectorAll("[data-options]")];
  if (!boxes.length) return;
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: files.echarts });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  const all = boxes.map((box) => [box, JSON.parse(box.dataset.options)]);
  const isMap = ([, options]) => options.series.some((series) => series.type === "map");
  if (all.some(isMap)) echarts.registerMap("world", await (await fetch(files.world)).json());
  const draw = () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "dark" : null;
    for (const [box, options] of all) {
      echarts.getInstanceByDom(box)?.dispose();
      const chart = echarts.init(box, theme);
      chart.setOption({ backgroundColor: "transparent", animation: false, ...options });
      chart.on("click", (part) => {
        if (part.data && part.data.link) location.href = part.data.link;
      });
    }
  };
  draw();
  const resized = new ResizeObserver((seen) => {
    for (const { target } of seen) echarts.getInstanceByDom(target)?.resize();
  });
  for (const box of boxes) resized.observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
