package io.millrace.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What asks a process to stop: SIGTERM, Ctrl-C, a terminal that goes away. They are caught before
 * the JVM begins its shutdown, because libraries have hooks for that, and all hooks run at the same
 * time: that of ONNX Runtime frees what running models need, which ends the JVM with a crash.
 */
final class StopSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private StopSignals() {}

  /** Runs {@code stop} on a thread of its own, once, when the process is asked to stop. */
  static void onFirst(Runnable stop) {
    var asked = new AtomicBoolean();
    InvocationHandler heard =
        (proxy, method, arguments) -> {
          if (asked.compareAndSet(false, true)) {
            new Thread(stop, "stop").start();
          }
          return null;
        };
    try {
      // By name: javac has a warning for this type, and no way to say that it is meant.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object hears =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(), new Class<?>[] {handler}, heard);
      for (String name : NAMES) {
        Object one = signal.getConstructor(String.class).newInstance(name);
        Object _ = signal.getMethod("handle", signal, handler).invoke(null, one, hears);
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this Java cannot hear signals", e);
    }
  }
}
