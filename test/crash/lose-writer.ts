// Preloaded into a real server: its store's thread ends at a signal, as if it had crashed.

process.on("worker", (worker) => {
  process.on("SIGUSR2", () => void worker.terminate());
});
