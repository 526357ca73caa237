/* Small parts of the map element: elements, signs, and the arithmetic of tiles. */

export const make = (tag, names, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(names)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

export const sign = (path) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
};

export const SIGNS = {
  closer: "M12 5v14M5 12h14",
  farther: "M5 12h14",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  here: "M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14M12 2v3m0 14v3M2 12h3m14 0h3",
  close: "m5.5 5.5 13 13M18.5 5.5l-13 13",
};

export const filled = (words, values) => words.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

/* The tile that holds a position, as fractions of tiles at a zoom. */
export const column = (lon, zoom) => ((lon + 180) / 360) * 2 ** zoom;
export const row = (lat, zoom) => {
  const angle = (Math.max(-85, Math.min(85, lat)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom;
};
