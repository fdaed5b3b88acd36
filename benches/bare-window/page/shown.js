// Two frames: the first one has been painted when the second begins.
requestAnimationFrame(() => requestAnimationFrame(() => window.__TAURI__.event.emit("page-shown")));
