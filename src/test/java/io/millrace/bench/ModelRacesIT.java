package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRacesIT {
  private static final int RACES = 1000;

  @TempDir Path directory;

  @Test
  void aThousandRacesOfLoadsUnloadsCancelsAndShutdownsEndEveryQuestionRightly() {
    long seed = System.nanoTime();

    try (var races = new ModelRaces(directory, seed)) {
      races.run(count -> count < RACES);

      assertThat(races.defects()).as("defects with seed %d: %s", seed, races.ends()).isEmpty();
      assertThat(races.ends().keySet())
          .as("seed %d", seed)
          .contains("answered", "ask conflict", "move", "declare", "undeploy");
    }
  }
}
