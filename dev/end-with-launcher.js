// Preloaded into what the launcher (or the test runner) starts, so that one that is killed takes its child along in good
// order. Processes that the child forks inherit the preload, but not this duty.
if (process.env.AEGISPAY_LAUNCHER_PID === String(process.ppid)) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening alone must not keep a process alive that has finished.
  process.channel?.unref()
}
