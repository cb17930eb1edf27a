package io.millrace.app;

import io.millrace.evaluate.EvaluationException;
import io.millrace.handler.DeclarationException;
import io.millrace.problem.ProblemException;
import io.millrace.process.EngineException;
import io.millrace.settings.Settings;
import io.millrace.settings.SettingsException;
import io.millrace.settings.SettingsFile;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The entry point: starts one process, and stops it in order when it is asked to. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int REFUSED = 1;

  /** An engine that is being started when the stop comes is waited for, or it would stay behind. */
  private static final Duration START_ENDS_WITHIN = Duration.ofSeconds(60);

  private Main() {}

  /** Does what the command line asks for; exits with 1 and one clear line when it cannot. */
  public static void main(String[] args) {
    long startNanos = System.nanoTime();
    // Some libraries log through java.util.logging: their lines shall look like all others.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    try {
      if (args.length > 0 && args[0].equals(EvalCommand.NAME)) {
        EvalCommand.parse(List.of(args).subList(1, args.length)).run();
        Runtime.getRuntime().halt(0);
      }
      if (args.length > 0 && args[0].equals(IndexCommand.NAME)) {
        boolean good = IndexCommand.parse(List.of(args).subList(1, args.length)).run();
        Runtime.getRuntime().halt(good ? 0 : REFUSED);
      }
      if (args.length > 0 && args[0].equals(RebuildCommand.NAME)) {
        boolean good = RebuildCommand.parse(List.of(args).subList(1, args.length)).run();
        Runtime.getRuntime().halt(good ? 0 : REFUSED);
      }
      CommandLine line = CommandLine.parse(List.of(args));
      switch (line.ask()) {
        case HELP -> System.out.print(CommandLine.USAGE);
        case VERSION -> System.out.println(Version.current());
        case SERVE -> serve(line, startNanos);
      }
    } catch (SettingsException
        | EngineException
        | DeclarationException
        | EvaluationException
        | ProblemException e) {
      // Expected: the message says what to do, and a stack trace would hide it.
      System.err.println("millrace: " + e.getMessage());
      exit();
    } catch (Exception e) {
      // A Vert.x await throws the failure itself, checked ones included.
      LOG.error("Millrace could not start", e);
      exit();
    }
  }

  private static void serve(CommandLine line, long startNanos) {
    Settings settings = settings(line.config(), line.settings());
    var closing = new Closing();
    Thread starter = Thread.currentThread();
    StopSignals.onFirst(() -> stop(closing, starter));
    try {
      Millrace millrace = Millrace.start(settings, line.join(), closing);
      millrace.announce((System.nanoTime() - startNanos) / 1_000_000);
    } catch (CancellationException askedToStop) {
      LOG.info("The start was broken off");
    }
  }

  /** File, environment and arguments, the last ones first. */
  static Settings settings(Optional<Path> config, Map<String, String> arguments) {
    Vertx vertx = Vertx.vertx();
    try {
      return SettingsFile.load(vertx, config, arguments).await();
    } finally {
      vertx.close().await();
    }
  }

  /** In order, also in the middle of the start, which ends when its present step is done. */
  private static void stop(Closing closing, Thread starter) {
    int code = REFUSED;
    try {
      LOG.info("Millrace stops");
      closing.breakOff();
      if (!starter.join(START_ENDS_WITHIN)) {
        LOG.warn("The start did not end within {}", START_ENDS_WITHIN);
      }
      closing.closeAll();
      LOG.info("Millrace has stopped");
      code = 0;
    } catch (Exception e) {
      LOG.error("Millrace did not stop in order", e);
    } finally {
      // Not exit: the shutdown hooks of libraries have nothing left to do, and may wait for
      // threads.
      Runtime.getRuntime().halt(code);
    }
  }

  private static void exit() {
    Runtime.getRuntime().halt(REFUSED);
  }
}
