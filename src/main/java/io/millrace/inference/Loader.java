package io.millrace.inference;

import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Brings the models of a process into memory, one after another, on a thread of its own. Belongs to
 * one Vert.x context.
 */
final class Loader {
  private final Context context;
  private final Path cache;
  private final EngineMaker maker;
  private final WorkerExecutor thread;

  /**
   * Loads with {@code maker}.
   *
   * @param cache where native libraries are unpacked
   */
  Loader(Vertx vertx, Path cache, EngineMaker maker) {
    this.context = vertx.getOrCreateContext();
    this.cache = cache;
    this.maker = maker;
    this.thread =
        vertx.createSharedWorkerExecutor("millrace-model-loader", 1, 10, TimeUnit.MINUTES);
  }

  /** A model in memory. */
  Future<Residence> load(ModelSpec spec) {
    return thread
        .executeBlocking(() -> open(spec), true)
        .map(loaded -> Objects.requireNonNull(loaded));
  }

  private Residence open(ModelSpec spec) throws Exception {
    NativeLibraries.prepare(cache);
    ModelFiles files = ModelFiles.of(spec);
    return new Residence(context, spec, files, maker.open(files));
  }

  /** Lets the thread go. */
  Future<Void> close() {
    return thread.close();
  }
}
