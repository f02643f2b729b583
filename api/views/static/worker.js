// Pages that were read can be read without a network. VERSION and AT_ONCE stand before this text.
// The network is asked first, so what is shown is never older than it must be.
"use strict";

const KEPT = "twintensor-" + VERSION;
const MOST = 300; // pages; the oldest go first

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(AT_ONCE)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const outdated = (names) => names.filter((name) => name.startsWith("twintensor-") && name !== KEPT);
  event.waitUntil(caches.keys().then((names) => Promise.all(outdated(names).map((name) => caches.delete(name)))));
});

async function keep(request, response) {
  const cache = await caches.open(KEPT);
  await cache.put(request, response);
  const kept = await cache.keys();
  for (const old of kept.slice(AT_ONCE.length, Math.max(AT_ONCE.length, kept.length - MOST))) await cache.delete(old);
}

async function answer(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(keep(request, response.clone()).catch(() => {})); // no room: nothing is kept
    return response;
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isPage = request.mode === "navigate" || url.pathname.startsWith("/static/");
  if (request.method === "GET" && url.origin === location.origin && isPage) event.respondWith(answer(event));
});
