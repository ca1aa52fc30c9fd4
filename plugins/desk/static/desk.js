// Inside Airflow the pages stand in a frame that may open no windows: links to other sites are followed by the page around it.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[target=_blank]");
  if (!anchor || window.parent === window) return;
  event.preventDefault();
  const outer = window.parent.document.createElement("a");
  outer.href = anchor.href;
  outer.target = "_blank";
  outer.rel = "noopener noreferrer nofollow";
  outer.click();
});

// A page of Airflow's own takes the place of the page around the frame.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[data-airflow]");
  if (!anchor || window.parent === window) return;
  event.preventDefault();
  window.parent.location.assign(anchor.href);
});

// The way back to Airflow is around the frame already.
if (window.parent !== window) {
  for (const anchor of document.querySelectorAll("[data-alone]")) anchor.hidden = true;
}

// A form that changes something asks first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});
