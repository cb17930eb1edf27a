package io.millrace.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that nobody waits for: its threads get a processor when no other thread wants it, and about
 * a tenth of one when all others want theirs. Java's own priorities do nothing on Linux.
 */
public final class Background {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final int NICE = 10;

  /** {@code PRIO_PROCESS}; on Linux the process 0 is the calling thread (setpriority(2)). */
  private static final int ONE = 0;

  private static final Optional<MethodHandle> SET_PRIORITY =
      Platform.current().os().equals("linux") ? setPriority() : Optional.empty();

  private Background() {}

  @SuppressWarnings("restricted") // the function has this very signature
  private static Optional<MethodHandle> setPriority() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> found = linker.defaultLookup().find("setpriority");
    return found.map(address ->
        linker.downcallHandle(
            address,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT)));
  }

  /**
   * Makes the calling platform thread, and those that it starts from now on, such background work.
   * There is no way back for a thread. Elsewhere than on Linux it does nothing.
   */
  public static void join() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread shares its platform thread with others");
    }
    SET_PRIORITY.ifPresent(call -> {
      try {
        int answer = (int) call.invokeExact(ONE, 0, NICE);
        if (answer != 0) {
          LOG.debug("The system does not let a thread stand back");
        }
      } catch (Throwable e) {
        throw new IllegalStateException(e); // a call into C throws nothing
      }
    });
  }
}
