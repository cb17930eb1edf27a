package io.millrace.extract.format;

import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import io.millrace.extract.Wire;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
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
      Wire.write(answers, answer(formats, requests.take()));
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

  private static Wire.Answer answer(Formats formats, Wire.Request request) {
    try {
      return new Wire.Answer.Text(
          formats.extract(Path.of(request.path()), request.name(), request.declaredType()));
    } catch (ProblemException e) {
      return refused(e);
    } catch (StackOverflowError tooDeep) {
      return refused(Refusals.damaged("its parts are nested too deeply."));
    } catch (RuntimeException unexpected) {
      // What a parser throws at bytes that nobody foresaw: the file's fault, and only its own.
      return refused(Refusals.damaged("the file cannot be read as what it says it is."));
    }
  }

  private static Wire.Answer refused(ProblemException e) {
    if (e.problem() instanceof Problem.Unreadable problem) {
      return new Wire.Answer.Refused(problem);
    }
    throw new IllegalStateException(e);
  }
}
