// Swagger UI is dark where this class says so; it does not look at the system by itself.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches && !document.querySelector("redoc"));
dark.addEventListener("change", follow);
document.addEventListener("DOMContentLoaded", follow);
follow();
