package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @Test
  void noArgumentsMeanServe() {
    CommandLine line = CommandLine.parse(List.of());

    assertThat(line.ask()).isEqualTo(CommandLine.Ask.SERVE);
    assertThat(line.settings()).isEmpty();
  }

  @Test
  void optionsBecomeSettings() {
    CommandLine line =
        CommandLine.parse(
            List.of(
                "--roles",
                "http",
                "--data",
                "d",
                "--join",
                "/o",
                "--set",
                "http.port=1",
                "--config",
                "c.yaml"));

    assertThat(line.settings()).isEqualTo(Map.of("roles", "http", "data", "d", "http.port", "1"));
    assertThat(line.join()).contains(Path.of("/o"));
    assertThat(line.config()).contains(Path.of("c.yaml"));
  }

  @Test
  void whatItDoesNotKnowIsRefusedWithTheUsage() {
    assertThatThrownBy(() -> CommandLine.parse(List.of("--prot")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("--prot")
        .hasMessageContaining("--roles");
    assertThatThrownBy(() -> CommandLine.parse(List.of("--roles")))
        .hasMessageContaining("needs a value");
    assertThatThrownBy(() -> CommandLine.parse(List.of("--set", "x")))
        .hasMessageContaining("KEY=VALUE");
  }

  @Test
  void theIndexCommandReadsWhatToDoAndWhere() {
    IndexCommand command =
        IndexCommand.parse(
            List.of("snapshot", "copy", "--data", "d", "--join", "/o", "--set", "x.y=1"));

    assertThat(command.ask()).isEqualTo(IndexCommand.Ask.SNAPSHOT);
    assertThat(command.into()).contains(Path.of("copy"));
    assertThat(command.join()).contains(Path.of("/o"));
    assertThat(command.settings()).isEqualTo(Map.of("data", "d", "x.y", "1"));
    assertThat(IndexCommand.parse(List.of("check")).ask()).isEqualTo(IndexCommand.Ask.CHECK);
  }

  @Test
  void theIndexCommandRefusesWhatItDoesNotKnowWithTheUsage() {
    for (List<String> wrong :
        List.of(
            List.<String>of(),
            List.of("chekc"),
            List.of("check", "twice"),
            List.of("snapshot"),
            List.of("check", "--dta", "d"))) {
      assertThatThrownBy(() -> IndexCommand.parse(wrong))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("millrace index snapshot DIRECTORY");
    }
  }

  @Test
  void rebuildEmbeddingsReadsWhatIsToBeDone() {
    assertThat(RebuildCommand.parse(List.of()).ask())
        .isEqualTo(new RebuildCommand.Ask.Build(Optional.empty(), false, true, true));
    assertThat(RebuildCommand.parse(List.of("--model", "m", "--no-switch", "--no-wait")).ask())
        .isEqualTo(new RebuildCommand.Ask.Build(Optional.of("m"), false, false, false));
    assertThat(RebuildCommand.parse(List.of("--no-model", "--data", "d")).settings())
        .isEqualTo(Map.of("data", "d"));
    assertThat(RebuildCommand.parse(List.of("--incomplete", "--switch", "2")).ask())
        .isEqualTo(new RebuildCommand.Ask.Switch(2, true));
    assertThat(RebuildCommand.parse(List.of("--drop", "1")).ask())
        .isEqualTo(new RebuildCommand.Ask.Drop(1));
    assertThatThrownBy(() -> RebuildCommand.parse(List.of("--switch", "x")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("id of a generation");
    assertThatThrownBy(() -> RebuildCommand.parse(List.of("e5")))
        .hasMessageContaining("Unknown argument e5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--switch 2 --drop 1",
        "--list --no-wait",
        "--drop 1 --incomplete",
        "--incomplete",
        "--retry 1 --model m"
      })
  void rebuildEmbeddingsDoesOneThingAtATime(String arguments) {
    List<String> all = List.of(arguments.split(" ", -1));

    assertThatThrownBy(() -> RebuildCommand.parse(all)).isInstanceOf(SettingsException.class);
  }
}
