package io.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the commented example and the page about it true. */
class ExampleSettingsTest {
  private static final Path EXAMPLE = Path.of("conf", "millrace.yaml");
  private static final Path PAGE = Path.of("docs", "configuration.md");

  @Test
  void theExampleSaysWhatHoldsWithoutIt() throws IOException {
    assertThat(Settings.read(example(), Map.of())).isEqualTo(Settings.defaults());
  }

  @Test
  void theExampleHasEveryKey() throws IOException {
    List<String> inFile = leaves("", example()).map(Leaf::key).toList();

    assertThat(inFile).containsExactlyInAnyOrderElementsOf(keys("", Settings.class).toList());
  }

  @Test
  void thePageHasEveryKeyWithItsVariableAndDefault() throws IOException {
    List<String> page = Files.readAllLines(PAGE);

    assertThat(leaves("", example()))
        .allSatisfy(leaf -> {
          String row =
              "| `%s` | %s |"
                  .formatted(leaf.key(), leaf.text().isEmpty() ? "empty" : "`" + leaf.text() + "`");
          assertThat(page).as("a row %s", row).anyMatch(line -> line.startsWith(row));
        });
  }

  private record Leaf(String key, String text) {}

  private static JsonObject example() throws IOException {
    return new JsonObject(Json.fromYaml(Files.readString(EXAMPLE)));
  }

  private static Stream<Leaf> leaves(String path, JsonObject object) {
    return object.stream()
        .flatMap(entry ->
            switch (entry.getValue()) {
              case JsonObject none when none.isEmpty() ->
                  Stream.of(new Leaf(path + entry.getKey(), ""));
              case JsonObject below -> leaves(path + entry.getKey() + ".", below);
              case JsonArray list ->
                  Stream.of(
                      new Leaf(
                          path + entry.getKey(),
                          list.stream().map(Object::toString).collect(Collectors.joining(", "))));
              case Object value -> Stream.of(new Leaf(path + entry.getKey(), value.toString()));
            });
  }

  /** The names of all values below {@code settings}, as its records spell them. */
  private static Stream<String> keys(String path, Class<?> settings) {
    return Arrays.stream(settings.getRecordComponents())
        .flatMap(component ->
            isSection(component)
                ? keys(path + component.getName() + ".", component.getType())
                : Stream.of(path + component.getName()));
  }

  private static boolean isSection(RecordComponent component) {
    return component.getType().isRecord() && component.getType() != DataSize.class;
  }
}
