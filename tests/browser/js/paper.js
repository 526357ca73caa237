/* What is wrong with the page for a printer: coloured paper, pale ink, printed navigation. */
() => {
  const problems = [];
  const paper = getComputedStyle(document.body).backgroundColor;
  if (paper !== "rgb(255, 255, 255)") problems.push(`the paper is ${paper}`);
  if ([...document.querySelectorAll("nav.mainnav, .languages, .skip")].some((one) => one.checkVisibility()))
    problems.push("the navigation is printed");
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const contrast = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map(Number).map(linear);
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
  };
  const words = [...document.querySelectorAll("main *")].filter(
    (one) => one.checkVisibility() && !one.closest("svg") && [...one.childNodes].some((node) => node.data?.trim()),
  );
  const pale = words.filter((one) => contrast(getComputedStyle(one).color) < 4.5);
  return problems.concat(
    pale.slice(0, 3).map((one) => `pale ink on paper: <${one.localName} class="${one.className}"> ${one.innerText.slice(0, 40)}`),
  );
}
