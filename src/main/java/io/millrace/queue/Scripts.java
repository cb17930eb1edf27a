package io.millrace.queue;

import io.millrace.redis.Script;

/** The steps of a task's life as Redis runs them. */
final class Scripts {
  static final Script SUBMIT = Script.named("submit");
  static final Script CLAIM = Script.named("claim");
  static final Script HELD = Script.named("held");
  static final Script RATE = Script.named("rate");
  static final Script RENEW = Script.named("renew");
  static final Script EMIT = Script.named("emit");
  static final Script FINISH = Script.named("finish");
  static final Script CANCEL = Script.named("cancel");
  static final Script SWEEP = Script.named("sweep");
  static final Script INSPECT = Script.named("inspect");
  static final Script RESTORE = Script.named("restore");
  static final Script RECOUNT = Script.named("recount");
  static final Script OLDEST = Script.named("oldest");
  static final Script LIST = Script.named("list");
  static final Script DEAD_LETTER = Script.named("dead_letter");
  static final Script DEAD_LETTERS = Script.named("dead_letters");
  static final Script REDRIVE = Script.named("redrive");
  static final Script DISCARD = Script.named("discard");
  static final Script EXPIRE = Script.named("expire");
  static final Script TAKE = Script.named("take");
  static final Script RELEASE = Script.named("release");

  private Scripts() {}
}
