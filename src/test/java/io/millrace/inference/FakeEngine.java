package io.millrace.inference;

import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An engine that answers when a test says so. */
final class FakeEngine implements Engine {
  private final ModelFiles files;
  private final List<Promise<String>> asked = new ArrayList<>();
  private boolean closed;

  FakeEngine(ModelFiles files) {
    this.files = files;
  }

  ModelFiles files() {
    return files;
  }

  synchronized Future<String> ask() {
    if (closed) {
      throw new IllegalStateException("asked after it was closed");
    }
    Promise<String> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }

  /** Answers everything with its version. */
  synchronized void answer() {
    asked.forEach(answer -> answer.tryComplete(files.version()));
    asked.clear();
  }

  synchronized boolean closed() {
    return closed;
  }

  @Override
  public synchronized int waiting() {
    return asked.size();
  }

  @Override
  public long memoryBytes() {
    return files.weightsBytes();
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    var away = new Problem.Unavailable("inference", "closed", Duration.ofSeconds(1));
    asked.forEach(answer -> answer.tryFail(new ProblemException(away)));
    asked.clear();
    return Future.succeededFuture();
  }
}
