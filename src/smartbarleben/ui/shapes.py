"""The shapes on the village's line. Units: one is a pixel on a desktop; the ground is y = 0, up is negative."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing on the line.

    `way` is the pen's path over it (relative SVG commands from ground to ground), `width` how far east that takes it,
    `details` the thin inner lines (from the shape's own origin), `peak` the x of a tower's highest point, `plant`
    whether the season colours it, `water` from where to where it holds water.
    """

    way: str
    width: float
    details: str = ""
    peak: float = 0
    plant: bool = False
    water: tuple[float, float] | None = None


# Every church is a tower with its nave. The towers stand west, as they do in the Börde.
TOWERS: dict[str, Shape] = {
    # A broad tower of field stones under a steep saddle roof.
    "gable": Shape(
        way="v-66h-3l22-29 22 29h-3v32l6-14h50l9 19v29",
        width=103,
        details=(
            "m19-95v-9m-3.5 3h7m-13.5 55v-8a3.5 3.5 0 0 1 7 0v8zm13 0v-8a3.5 3.5 0 0 1 7 0v8zm-22-20h38m-27 66v-1"
            "2a5 5 0 0 1 10 0v12m31-9v-12a4 4 0 0 1 8 0v12zm16 0v-12a4 4 0 0 1 8 0v12zm16 0v-12a4 4 0 0 1 8 0v12z"
        ),
        peak=19,
    ),
    # A slender tower under a pointed helm.
    "spire": Shape(
        way="v-52h-3l16-58 16 58h-3v26l6-13h40l9 17v22",
        width=81,
        details=(
            "m13-110v-8m-3 3h6m-7 77v-6a4 4 0 0 1 8 0v6zm-9-14h26m-17 52v-10a4 4 0 0 1 8 0v10m23-7v-10a3.5 3.5 0 "
            "0 1 7 0v10zm18 0v-10a3.5 3.5 0 0 1 7 0v10z"
        ),
        peak=13,
    ),
    # A square tower under a curved hood with a lantern.
    "hood": Shape(
        way="v-60h-3c1-13 11-11 12-20h-2v-9h3c0-6 5-6 6-15 1 9 6 9 6 15h3v9h-2c1 9 11 7 12 20h-3v30l7-13h42l9 17v26",
        width=90,
        details=(
            "m16-104v-8m-3 3h6m-3 67a5 5 0 1 0 0-10a5 5 0 0 0 0 10m0-8v3h2m-18-13h32m-23-20h14m-11 80v-10a4 4 0 0"
            " 1 8 0v10m26-9v-10a3.5 3.5 0 0 1 7 0v10zm20 0v-10a3.5 3.5 0 0 1 7 0v10z"
        ),
        peak=16,
    ),
    # A tower under a low pyramid.
    "pyramid": Shape(
        way="v-62h-3l19-24 19 24h-3v30l6-14h44l9 18v28",
        width=91,
        details=(
            "m16-86v-8m-3 3h6m-11 47v-7a3 3 0 0 1 6 0v7zm10 0v-7a3 3 0 0 1 6 0v7zm-18-18h32m18 52v-11a4 4 0 0 1 8"
            " 0v11zm18 0v-11a4 4 0 0 1 8 0v11z"
        ),
        peak=16,
    ),
    # A ridge turret on a nave without a tower of its own.
    "turret": Shape(
        way="v-26l12-20h17v-14h-2l10-30 10 30h-2v14h31l12 20v26",
        width=88,
        details=(
            "m37-90v-7m-3 2h6m-7 45v-5a4 4 0 0 1 8 0v5zm-33 24h88m-70 19v-9a4 4 0 0 1 8 0v9zm44 0v-9a4 4 0 0 1 8 0v9z"
        ),
        peak=37,
    ),
    # A massive tower with battlements.
    "keep": Shape(
        way="v-80h6v6h6v-6h8v6h6v-6h6v48l6-12h42l8 16v28",
        width=88,
        details=(
            "m11-50v-9a5 5 0 0 1 10 0v9zm-11-16h32m-22 66v-12a6 6 0 0 1 12 0v12m26-9v-10a4 4 0 0 1 8 0v10zm18 0v-"
            "10a4 4 0 0 1 8 0v10z"
        ),
        peak=16,
    ),
}

TREE = Shape(way="h8v-13c-19 4-25-14-13-20-3-17 30-19 29-2 15 5 9 27-11 22v13h8", width=21, plant=True)
BUSH = Shape(way="c-4-15 14-21 18-9 6-9 20-5 15 9", width=33, plant=True)
POPLAR = Shape(way="h6v-6c-9-4-7-34 1.5-46 8.5 12 10.5 42 1.5 46v6h6", width=15, plant=True)
HOUSE = Shape(way="v-15h-2l15-14 15 14h-2v15", width=26, details="m6 0v-9h6v9m5-9h4v4h-4z")
LONG_HOUSE = Shape(
    way="v-14h-3l9-13h6v-6h4v6h20l9 13h-3v14",
    width=42,
    details="m-3-14h48m-39 5h4v4h-4zm12 9v-9h6v9m7-9h4v4h-4z",
)
BUS = Shape(
    way="h14a7 7 0 1 1 .1 0h46a7 7 0 1 1 .1 0h19.8v-7h3v-17q0-11-10-11h-69q-4 0-4 4v24h83v7h14",
    width=97,
    details="m0-17h82m-68-16v12m16-12v12m16-12v12m16-12v12m-61 0h81",
)
# The canal runs above the fields, between its banks: two gate towers, a barge in the lock between them.
LOCK = Shape(
    way="l22-10h14v-32h-3l10-9 10 9h-3v32h8l-5-8h9v-8h14v8h30l-8 8h8v-32h-3l10-9 10 9h-3v32h14l22 10",
    width=156,
    details="m33-42h20m50 0h20m-82 8h4m66 0h4m-48 8v5h4v-5zm-3 15h34",
    water=(50.0, 106.0),
)
PARK = Shape(
    way="v-20l18-11v11l18-11v11l18-11v11v20h6v-44h30v44h6v-18h30q20 0 22 18",
    width=148,
    details="m6-13h42v6h-42zm60-24h18m-18 8h18m-18 8h18m-18 8h18m-9-31v-16m-4 5h8m23 44h38m-26-7v18m14-18v18",
)
