package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.process.RunningProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class HeldProcessTest {
  @Test
  void holdsEachThreadUntilItIsReleased() throws IOException {
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      RunningProcess process = RunningProcess.find(busy.pid()).orElseThrow();
      assertThat(HeldProcess.isStill(process)).isFalse();

      HeldProcess.hold(process);
      assertThat(HeldProcess.isStill(process)).isTrue();

      HeldProcess.release(process);
      assertThat(HeldProcess.isStill(process)).isFalse();
    } finally {
      busy.destroyForcibly();
    }
  }
}
