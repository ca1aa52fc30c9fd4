// Inside Airflow the pages stand in a frame that may neither open windows nor lead the page around it elsewhere: links to
// other sites and to Airflow's own pages are followed by the page around it.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[target=_blank], a[data-airflow]");
  if (!anchor || window.parent === window) return;
  event.preventDefault();
  const outer = window.parent.document.createElement("a");
  outer.href = anchor.href;
  if (!("airflow" in anchor.dataset)) {
    outer.target = "_blank";
    outer.rel = "noopener noreferrer nofollow";
  }
  outer.click();
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
