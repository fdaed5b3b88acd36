// What a page costs while it is used: the main thread's own work, which a busy machine changes little, and memory.

/**
 * Follows the main thread until the answer is called, which tells, in milliseconds of the thread's own time: the
 * `longest` task and all of the `work`; and as they were on this machine, the longest `wait` between two frames.
 */
export async function followThread(browser, page) {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await page.evaluate(() => {
    window.frames = { last: performance.now(), wait: 0, drawn: 0 };
    const look = (now) => {
      window.frames.wait = Math.max(window.frames.wait, now - window.frames.last);
      window.frames.last = now;
      window.frames.drawn += 1;
      window.frames.next = requestAnimationFrame(look);
    };
    window.frames.next = requestAnimationFrame(look);
  });
  return async () => {
    const { wait, drawn } = await page.evaluate(() => {
      cancelAnimationFrame(window.frames.next);
      return window.frames;
    });
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    const thread = ({ pid, tid }) => `${pid}.${tid}`;
    const main = new Set(
      traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread),
    );
    const tasks = traceEvents.filter((event) => event.name === "RunTask" && main.has(thread(event)));
    const times = tasks.map(({ tdur = 0 }) => tdur / 1_000);
    return { longest: Math.max(0, ...times), work: times.reduce((sum, time) => sum + time, 0), wait, drawn };
  };
}

/** Bytes of script in use once the collector went over them, and elements and listeners of the page. */
export async function heldBy(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  // What the first round lets go of may hold something itself.
  for (let round = 0; round < 2; round++) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
}
