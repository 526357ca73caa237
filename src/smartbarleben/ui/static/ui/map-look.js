/* How the village's map looks: few layers, by day and by night. Labels are drawn by MapLibre itself with the page's
   own letters, because the style names no glyphs. */

const DAY = {
  paper: "#f6f3e9", field: "#f4efd8", grass: "#e2edcf", garden: "#d6e8c6", wood: "#c6dcb6", village: "#ece6da", works: "#e3dee4",
  water: "#a3d0e4", waterName: "#0b5c7a", house: "#d8cdbd", houseEdge: "#b9ab97", edge: "#bdb19c", motorway: "#e2a93a",
  main: "#f2cf77", street: "#ffffff", lane: "#fdfbf5", path: "#9a8563", rail: "#656d73", boundary: "#9c3324",
  name: "#16242c", halo: "#fbfaf6",
};
const NIGHT = {
  paper: "#14212a", field: "#1b2a26", grass: "#1d3029", garden: "#1f372c", wood: "#1b3a2c", village: "#1e2c36", works: "#232b3a",
  water: "#1d4b63", waterName: "#8fd2ec", house: "#33444f", houseEdge: "#48606e", edge: "#0d171d", motorway: "#a97b23",
  main: "#80682f", street: "#3c4d58", lane: "#33434d", path: "#8d8064", rail: "#8b979f", boundary: "#e08d7d",
  name: "#f1f5f6", halo: "#0f1a20",
};
const FONT = ["Fira Sans", "Noto Sans Arabic", "sans-serif"];

const grow = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
const kinds = (...names) => ["in", ["get", "kind"], ["literal", names]];

const fill = (id, layer, colour, filter, more = {}) => ({
  id, type: "fill", source: "village", "source-layer": layer, ...(filter && { filter }), paint: { "fill-color": colour, ...more },
});
const line = (id, layer, colour, width, filter, more = {}) => ({
  id, type: "line", source: "village", "source-layer": layer, ...(filter && { filter }),
  layout: { "line-cap": more.dash ? "butt" : "round", "line-join": "round" },
  paint: { "line-color": colour, "line-width": width, ...(more.dash && { "line-dasharray": more.dash }) },
});
const name = (id, source, colour, size, c, more) => ({
  id, type: "symbol", source, ...(more.layer && { "source-layer": more.layer }), ...(more.filter && { filter: more.filter }),
  ...(more.minzoom && { minzoom: more.minzoom }),
  layout: {
    "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "text-padding": 6, "text-max-width": 9,
    ...(more.along && { "symbol-placement": "line", "text-max-angle": 30, "symbol-spacing": 320 }),
  },
  paint: { "text-color": colour, "text-halo-color": c.halo, "text-halo-width": 1.6 },
});

const land = (c) => [
  fill("land", "land", ["match", ["get", "kind"], "wood", c.wood, "grass", c.grass, "garden", c.garden, "village", c.village, "works", c.works, c.field]),
  fill("water", "water", c.water, ["==", ["geometry-type"], "Polygon"]),
  line("water-line", "water", c.water, grow(9, 0.6, 13, ["match", ["get", "kind"], "wide", 6, 1.5], 18, ["match", ["get", "kind"], "wide", 60, 8]),
    ["==", ["geometry-type"], "LineString"]),
  fill("house", "building", c.house, null, { "fill-outline-color": c.houseEdge }),
  line("boundary", "boundary", c.boundary, grow(8, 1, 14, 2), null, { dash: [4, 3] }),
];

const WIDTHS = { motorway: [1.6, 7, 46], main: [1, 6, 38], through: [0.7, 5, 34], street: [0.3, 3.6, 30], lane: [0.1, 1.6, 14] };
const roads = (c) => {
  const colour = { motorway: c.motorway, main: c.main, through: c.street, street: c.street, lane: c.lane };
  const order = Object.keys(WIDTHS).reverse();
  const width = ([low, middle, high], more) => grow(9, low + more / 3, 14, middle + more, 18, high + more);
  return [
    line("path", "road", c.path, grow(13, 0.6, 18, 3), kinds("path"), { dash: [2, 1.5] }),
    ...order.map((kind) => line(`${kind}-edge`, "road", c.edge, width(WIDTHS[kind], 1.6), kinds(kind))),
    ...order.map((kind) => line(kind, "road", colour[kind], width(WIDTHS[kind], 0), kinds(kind))),
    line("rail", "rail", c.rail, grow(9, 0.8, 14, 2, 18, 5)),
    line("rail-ties", "rail", c.halo, grow(9, 0.3, 14, 1, 18, 3), null, { dash: [4, 4] }),
  ];
};

const names = (c) => [
  name("road-name", "village", c.name, grow(13, 11, 18, 16), c, { layer: "road", along: true, minzoom: 13, filter: ["!", kinds("lane", "path")] }),
  name("water-name", "village", c.waterName, 13, c, { layer: "water", along: true, minzoom: 12 }),
  name("place-name", "village", c.name, ["match", ["get", "kind"], "town", 20, "village", 17, 13], c, { layer: "name" }),
];

/** The style for MapLibre. `given`: tiles (address of a PMTiles file or ""), basemap (address of pictures or ""), villages. */
export const style = (given, dark) => {
  const c = dark ? NIGHT : DAY;
  const sources = {
    ours: {
      type: "geojson",
      data: {
        type: "FeatureCollection",
        features: given.villages.map((one) => ({
          type: "Feature", properties: { name: one.name }, geometry: { type: "Point", coordinates: [one.lon, one.lat] },
        })),
      },
    },
    courses: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  const layers = [{ id: "paper", type: "background", paint: { "background-color": c.paper } }];
  if (given.basemap) {
    sources.basemap = { type: "raster", tiles: [given.basemap], tileSize: 256, maxzoom: 19 };
    layers.push({ id: "basemap", type: "raster", source: "basemap", paint: dark ? { "raster-brightness-max": 0.55 } : {} });
  }
  if (given.tiles) {
    sources.village = { type: "vector", url: `pmtiles://${new URL(given.tiles, location.href).href}` };
    layers.push(...land(c), ...roads(c), ...names(c));
  }
  if (!given.tiles && !given.basemap) {
    layers.push(
      { id: "village", type: "circle", source: "ours", paint: { "circle-color": c.garden, "circle-radius": grow(9, 14, 13, 110, 16, 700), "circle-blur": 0.5 } },
      name("village-name", "ours", c.name, 18, c, {}),
    );
  }
  layers.push(
    { id: "course-edge", type: "line", source: "courses", layout: { "line-cap": "round" }, paint: { "line-color": c.halo, "line-width": 9 } },
    { id: "course", type: "line", source: "courses", paint: { "line-color": dark ? "#ff9c8a" : "#9c3324", "line-width": 5, "line-dasharray": [1.6, 1] } },
  );
  return { version: 8, sources, layers };
};
