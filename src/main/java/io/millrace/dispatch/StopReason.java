package io.millrace.dispatch;

/** Why a run is to stop before its handler ended it. */
enum StopReason {
  /** Somebody asked for it. */
  CANCELLED,
  /** It took longer than its handler's timeout. */
  TIMED_OUT,
  /** The process stops; another one shall run the task. */
  SHUTDOWN,
  /** Another worker holds the task; nothing may be written any more. */
  LOST
}
