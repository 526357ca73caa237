/* Elements whose text is cut off by their own edge. */
() => {
  const hides = (value) => value === "hidden" || value === "clip";
  const isCut = (one) => {
    if (!one.checkVisibility() || one.closest("svg, .unseen") || !one.innerText?.trim()) return false;
    if (one.clientWidth <= 1 || one.clientHeight <= 1) return false;
    const style = getComputedStyle(one);
    return (
      (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1) ||
      (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1)
    );
  };
  return [...document.body.querySelectorAll("*")]
    .filter(isCut)
    .slice(0, 4)
    .map((one) => `cut off: <${one.localName} class="${one.className}"> ${one.innerText.slice(0, 40)}`);
}
