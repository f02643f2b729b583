// While a mapping is written: the page loads itself again when another dataset is served.
"use strict";

let shown = null;

async function look() {
  try {
    const { dataset } = await (await fetch("/version", { cache: "no-store" })).json();
    if (shown !== null && dataset !== shown) location.reload();
    shown = dataset;
  } catch {} // the server is being started
}

look();
setInterval(look, 1000);
