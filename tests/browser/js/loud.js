/* Large light areas on a page that should be dark. Codes for cameras stay light. */
() => {
  const isLoud = (one) => {
    const box = one.getBoundingClientRect();
    if (box.width * box.height < 20000 || !one.checkVisibility() || one.closest("svg, img, [class*=qr]")) return false;
    const [red, green, blue, opacity = 1] = getComputedStyle(one).backgroundColor.match(/[\d.]+/g).map(Number);
    return opacity > 0.5 && Math.min(red, green, blue) > 200;
  };
  return [...document.querySelectorAll("html, body, body *")]
    .filter(isLoud)
    .slice(0, 4)
    .map((one) => `light in the dark: <${one.localName} class="${one.className}">`);
}
