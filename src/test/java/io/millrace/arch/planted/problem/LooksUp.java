package io.millrace.arch.planted.problem;

import io.millrace.arch.planted.queue.KnowsEverything;
import io.vertx.core.Vertx;

/** Planted: the lowest level knows a higher one, and Vert.x. */
public record LooksUp(KnowsEverything above, Vertx vertx) {}
