package io.millrace.outbound;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/** A file that takes so many bytes and no more. */
final class BoundedFile implements WriteStream<Buffer> {
  private final AsyncFile file;
  private final long bytesMax;
  private long bytes;
  private boolean ended;

  BoundedFile(AsyncFile file, long bytesMax) {
    this.file = file;
    this.bytesMax = bytesMax;
  }

  @Override
  public Future<Void> write(Buffer piece) {
    bytes += piece.length();
    return bytes > bytesMax
        ? Future.failedFuture(Answers.tooLarge(bytesMax))
        : file.write(piece).recover(Answers::noRoom);
  }

  @Override
  public Future<Void> end() {
    ended = true;
    return file.close();
  }

  /** A pipe still asks when a failed write has ended the file. */
  @Override
  public boolean writeQueueFull() {
    return !ended && file.writeQueueFull();
  }

  @Override
  public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    file.setWriteQueueMaxSize(maxSize);
    return this;
  }

  @Override
  public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
    file.drainHandler(handler);
    return this;
  }

  @Override
  public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
    file.exceptionHandler(handler);
    return this;
  }
}
