package io.millrace.http;

import io.millrace.document.Documents;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Streams the one file of a multipart form to disk as it comes, in little memory. Whatever goes
 * wrong, the partial file is deleted. Confined to the event loop of its request.
 */
final class UploadReceiver {
  private static final String FIELD = "file";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Path path;
  private final long bytesMax;
  private final Promise<Void> ended = Promise.promise();
  private @Nullable HttpServerFileUpload upload;
  private @Nullable Future<Void> written;
  private long bytes;
  private boolean closed;
  private @Nullable ProblemException refused;

  /** Receives into a new file in {@code directory}. */
  UploadReceiver(Vertx vertx, HttpServerRequest request, Path directory, long bytesMax) {
    this.vertx = vertx;
    this.request = request;
    this.path = directory.resolve("upload-" + UUID.randomUUID() + ".part");
    this.bytesMax = bytesMax;
  }

  /** The file, once the request has come in whole. To be called before any wait. */
  Future<UploadedFile> receive() {
    request.setExpectMultipart(true);
    request.exceptionHandler(broken ->
        fail(Refusal.malformed("The form cannot be read, or ended early.").asException()));
    request.uploadHandler(this::begin);
    request.endHandler(all -> ended.tryComplete());
    return ended
        .future()
        .compose(all -> written == null ? Future.failedFuture(missing()) : written)
        .map(stored -> received())
        .recover(failure -> discard().transform(gone -> Future.failedFuture(failure)));
  }

  private UploadedFile received() {
    if (!request.formAttributes().isEmpty()) {
      String name = request.formAttributes().names().iterator().next();
      throw invalid("/" + name, "There is no such field.");
    }
    if (upload == null) {
      throw missing();
    }
    Optional<String> type = Optional.ofNullable(upload.contentType());
    return new UploadedFile(path, name(upload), Documents.Upload.mediaType(type));
  }

  private static String name(HttpServerFileUpload upload) {
    return upload.filename() == null ? "" : upload.filename();
  }

  private void begin(HttpServerFileUpload part) {
    if (upload != null || !FIELD.equals(part.name())) {
      String pointer = upload == null ? "/" + part.name() : "/" + FIELD;
      String detail = upload == null ? "There is no such field." : "There may be one file.";
      part.handler(piece -> {});
      fail(invalid(pointer, detail));
      return;
    }
    upload = part;
    part.pause();
    Promise<Void> done = Promise.promise();
    written = done.future();
    vertx
        .fileSystem()
        .open(path.toString(), new OpenOptions().setCreateNew(true).setWrite(true))
        .onComplete(file -> copy(part, file, done), failure -> noRoom(part, failure, done));
  }

  private void copy(HttpServerFileUpload part, AsyncFile file, Promise<Void> done) {
    if (ended.future().failed()) {
      close(file, done);
      part.resume();
      return;
    }
    ended.future().onFailure(failure -> close(file, done));
    file.exceptionHandler(failure -> noRoom(part, failure, done));
    part.handler(piece -> {
      if (closed) {
        return;
      }
      bytes += piece.length();
      if (bytes > bytesMax) {
        // The form may have ended already while this part was paused: both must learn of it.
        refused = tooLarge();
        fail(refused);
        close(file, done);
        return;
      }
      file.write(piece).onFailure(failure -> noRoom(part, failure, done));
      if (file.writeQueueFull()) {
        part.pause();
        file.drainHandler(drained -> part.resume());
      }
    });
    part.endHandler(all -> close(file, done));
    part.resume();
  }

  private void close(AsyncFile file, Promise<Void> done) {
    if (closed) {
      return;
    }
    closed = true;
    file.close()
        .onComplete(
            stored -> {
              if (refused == null) {
                done.tryComplete();
              } else {
                done.tryFail(refused);
              }
            },
            done::tryFail);
  }

  private void noRoom(HttpServerFileUpload part, Throwable failure, Promise<Void> done) {
    var problem =
        new ProblemException(
            new Problem.Unavailable("artifacts", "The file cannot be stored now.", RETRY_AFTER));
    part.handler(piece -> {});
    part.resume();
    org.slf4j.LoggerFactory.getLogger(UploadReceiver.class)
        .atWarn()
        .setCause(failure)
        .log("an upload cannot be stored");
    done.tryFail(problem);
    fail(problem);
  }

  private void fail(RuntimeException failure) {
    ended.tryFail(failure);
    if (upload != null) {
      upload.resume();
    }
  }

  /** Deletes what was written, once nothing is written any more. */
  private Future<Void> discard() {
    Future<Void> quiet = written == null ? Future.succeededFuture() : written.otherwiseEmpty();
    return quiet
        .compose(stored -> vertx.fileSystem().delete(path.toString()))
        .recover(notThere -> Future.succeededFuture());
  }

  private ProblemException tooLarge() {
    return new ProblemException(
        new Problem.TooLarge("A file may have at most " + bytesMax + " bytes.", bytesMax));
  }

  private static ProblemException missing() {
    return invalid("/" + FIELD, "This field is missing.");
  }

  private static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(new Problem.Invalid(pointer, detail));
  }
}
