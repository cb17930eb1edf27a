package io.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Inner(int count, Optional<String> name) {}

  record Outer(Instant at, List<Inner> inners, Shape shape) {}

  sealed interface Shape {
    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}
  }

  @Test
  void recordsReadBackAsWritten() {
    var outer =
        new Outer(
            Instant.parse("2026-11-21T09:30:00Z"),
            List.of(new Inner(1, Optional.of("a")), new Inner(2, Optional.empty())),
            new Shape.Square(2));

    String json = Json.write(outer);

    assertThat(json)
        .contains("\"at\":\"2026-11-21T09:30:00.000Z\"")
        .contains("\"kind\":\"Square\"");
    assertThat(Json.read(json, Outer.class)).isEqualTo(outer);
    assertThat(Json.read("{\"count\":1}", Inner.class)).isEqualTo(new Inner(1, Optional.empty()));
  }

  @Test
  void everyKindOfProblemReadsBack() {
    Problem problem = new Problem.Unavailable("redis", "x", java.time.Duration.ofMillis(1500));

    assertThat(Json.read(Json.write(problem), Problem.class)).isEqualTo(problem);
  }

  @Test
  void wrongInputIsRefusedWithAPointerAndWithoutClassNames() {
    assertInvalid("{\"inners\":[{\"count\":\"x\"}],\"at\":null,\"shape\":null}", "/inners/0/count");
    assertInvalid("{\"count\":1,\"nmae\":\"a\"}", "", Inner.class);
    assertInvalid("{\"name\":\"a\"}", "", Inner.class);
    assertInvalid("{\"count\":1}{}", "", Inner.class);
    assertInvalid("{\"count\":1,\"count\":2}", "", Inner.class);
    assertInvalid("null", "", Inner.class);
    assertInvalid("", "", Inner.class);
    assertInvalid("[".repeat(5000), "", List.class);
  }

  @Test
  void yamlReadsIntoTheSameRecords() {
    assertThat(Json.readYaml("count: 3\nname: b\n", Inner.class))
        .isEqualTo(new Inner(3, Optional.of("b")));
    assertThat(Json.fromYaml("a: [1, two]")).isEqualTo("{\"a\":[1,\"two\"]}");
  }

  @Test
  void wellFormedMeansOneWholeValue() {
    assertThat(Json.flaw("{\"a\":[1]}")).isEmpty();
    assertThat(Json.flaw("\"x\"")).isEmpty();
    for (String bad : List.of("", "{", "{} {}", "{'a':1}", "{\"a\":1,\"a\":2}", "nul")) {
      assertThat(Json.flaw(bad)).as(bad).isPresent();
    }
    assertThat(Json.flaw("{\n  \"a\": ?\n}")).contains(new Json.Flaw(2, 9));
  }

  private static void assertInvalid(String json, String pointer) {
    assertInvalid(json, pointer, Outer.class);
  }

  private static void assertInvalid(String json, String pointerStart, Class<?> type) {
    assertThatThrownBy(() -> Json.read(json, type))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem()).isInstanceOf(Problem.Invalid.class);
              assertThat(((Problem.Invalid) e.problem()).pointer()).startsWith(pointerStart);
              assertThat(e.problem().detail())
                  .doesNotContain("io.millrace")
                  .doesNotContain("java.");
            });
  }
}
