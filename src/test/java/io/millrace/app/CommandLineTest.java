package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
