package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*.md, a.md, true",
    "*.md, deep/er/a.md, true",
    "*.md, a.mdx, false",
    "*.md, .md, true",
    "guide/*.md, guide/a.md, true",
    "guide/*.md, guide/deep/a.md, false",
    "guide/*.md, other/guide/a.md, false",
    "guide/**/*.md, guide/a.md, true",
    "guide/**/*.md, guide/deep/er/a.md, true",
    "guide/**/*.md, guides/a.md, false",
    "**/b/*.md, b/a.md, true",
    "**/b/*.md, a/b/a.md, true",
    "**/b/*.md, ab/a.md, false",
    "drafts/**, drafts/a/b, true",
    "drafts/**, draft/a, false",
    "/top.md, top.md, true",
    "/top.md, deep/top.md, false",
    "a?c, abc, true",
    "a?c, a/c, false",
    "a?c, ac, false",
    "a.c, abc, false",
    "(a|b)+, a, false",
    "**, any/thing, true",
    "*, any/thing, true",
    "résumé.*, résumé.pdf, true",
    "https://example.org/*, https://example.org/a, true",
  })
  void aPatternMatchesAsPeopleExpect(String pattern, String key, boolean matches) {
    assertThat(new Glob(pattern).matches(key)).isEqualTo(matches);
  }

  @Test
  void noPatternTakesLong() {
    var cruel = new Glob("a*".repeat(100));
    var crueler = new Glob("**/".repeat(60) + "b");
    String key = "a".repeat(2_000);

    assertThatCode(
            () -> {
              assertThat(cruel.matches(key + "b")).isTrue();
              assertThat(cruel.matches("b" + key)).isFalse();
              assertThat(crueler.matches("a/".repeat(1_000) + "c")).isFalse();
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsExcludedIsNotWantedThoughIncluded() {
    var selection =
        new Selection(
            new Source.Plan(
                "n",
                "c",
                new Place.Directory("/d"),
                List.of("*.md", "*.txt"),
                List.of("drafts/**"),
                List.of(),
                Source.OnGone.KEEP));

    assertThat(selection.wants("a.md")).isTrue();
    assertThat(selection.wants("deep/a.txt")).isTrue();
    assertThat(selection.wants("a.png")).isFalse();
    assertThat(selection.wants("drafts/a.md")).isFalse();
  }
}
