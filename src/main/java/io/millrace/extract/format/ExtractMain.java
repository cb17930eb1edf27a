package io.millrace.extract.format;

import io.millrace.extract.Limits;
import io.millrace.extract.Wire;
import io.millrace.process.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child: reads requests from standard input and answers each on standard output. It ends when
 * its input does, also in the middle of a file, so that it never outlives its parent.
 */
final class ExtractMain {
  private ExtractMain() {}

  /** Takes the limits as words. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    var formats = new Formats(Limits.ofArguments(arguments));
    var requests = new LinkedBlockingQueue<Wire.Request>(1);
    Thread reader = new Thread(() -> read(System.in, requests), "requests");
    reader.setDaemon(true);
    reader.start();
    Wire.writeReady(answers);
    while (true) {
      Wire.write(answers, answer(formats, requests.take(), answers));
    }
  }

  private static void read(InputStream in, LinkedBlockingQueue<Wire.Request> requests) {
    try {
      while (true) {
        requests.put(Wire.readRequest(in));
      }
    } catch (IOException | InterruptedException parentGone) {
      try {
        FileTree.delete(Path.of(System.getProperty("java.io.tmpdir")));
      } catch (IOException _) {
        // The system's own cleaning of temporary files remains.
      }
      Runtime.getRuntime().halt(0);
    }
  }

  private static Wire.Answer answer(Formats formats, Wire.Request request, OutputStream answers) {
    return formats.answer(
        Path.of(request.path()),
        request.name(),
        request.declaredType(),
        new WiredJournal(request.skipped(), answers));
  }
}
