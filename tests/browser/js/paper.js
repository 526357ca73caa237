/* How the page looks to a printer: the colours of paper and ink, and whether the ways through the house are printed. */
() => ({
  paper: getComputedStyle(document.body).backgroundColor,
  ink: getComputedStyle(document.querySelector("main p, main li, main h1")).color,
  nav: [...document.querySelectorAll("nav.mainnav, .languages, .skip")].some((one) => one.checkVisibility()),
})
