package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.HandlersFile;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static final Gpus WORKING =
      new Gpus() {
        @Override
        public Optional<String> refusal(int index) {
          return Optional.empty();
        }

        @Override
        public void keepAlive() {}

        @Override
        public void close() {}
      };

  private final Devices devices = new Devices(WORKING, 0);

  private static ModelSpec spec(String task, String device) {
    String model =
        "a: { provider: directory, path: somewhere, task: %s, device: '%s' }"
            .formatted(task, device);
    return HandlersFile.parse("models: { " + model + " }\nhandlers: { echo: { type: echo } }")
        .models()
        .getFirst();
  }

  @Test
  void aModelRunsOnTheFirstGpuThatWorks() {
    assertThat(devices.place(spec("embed", "auto")).device()).isEqualTo(new Device.Cuda(0));
  }

  @Test
  void aModelThatGeneratesRunsThereAsWell() {
    assertThat(devices.place(spec("generate", "auto")).device()).isEqualTo(new Device.Cuda(0));
    assertThat(devices.place(spec("generate", "cuda:1")).device()).isEqualTo(new Device.Cuda(1));
  }
}
