package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultCacheTest {
  private static final Hits HITS =
      new Hits(List.of(), 7, Mode.KEYWORD, Optional.empty(), Map.of(), Map.of(), Optional.empty());

  private Instant now = Instant.EPOCH;
  private final ResultCache cache = new ResultCache(() -> now, 10_000);

  @Test
  void theSameQuestionIsAnsweredAgain() {
    cache.put(asked("water", Scope.DEFAULT), "v1", HITS);

    assertThat(cache.get(asked("water", Scope.DEFAULT), "v1")).contains(HITS);
    assertThat(cache.get(asked("stone", Scope.DEFAULT), "v1")).isEmpty();
  }

  @Test
  void nobodyGetsTheAnswerOfAnother() {
    cache.put(asked("water", Scope.DEFAULT), "v1", HITS);

    for (Scope other :
        List.of(
            new Scope("other", "default", "anonymous"),
            new Scope("default", "other", "anonymous"),
            new Scope("default", "default", "other"))) {
      assertThat(cache.get(asked("water", other), "v1")).isEmpty();
    }
  }

  @Test
  void aChangeOfTheIndexEndsIt() {
    cache.put(asked("water", Scope.DEFAULT), "v1", HITS);

    assertThat(cache.get(asked("water", Scope.DEFAULT), "v2")).isEmpty();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void itEndsAfterFiveMinutes() {
    cache.put(asked("water", Scope.DEFAULT), "v1", HITS);

    now = Instant.EPOCH.plus(ResultCache.TTL).minusMillis(1);
    assertThat(cache.get(asked("water", Scope.DEFAULT), "v1")).isPresent();
    now = Instant.EPOCH.plus(ResultCache.TTL);
    assertThat(cache.get(asked("water", Scope.DEFAULT), "v1")).isEmpty();
  }

  @Test
  void theLongestUnusedMakesRoom() {
    for (int i = 0; i < 50; i++) {
      cache.put(asked("water " + i, Scope.DEFAULT), "v1", HITS);
      assertThat(cache.get(asked("water 0", Scope.DEFAULT), "v1")).isPresent();
      assertThat(cache.bytes()).isBetween(1L, 10_000L);
    }
    assertThat(cache.get(asked("water 1", Scope.DEFAULT), "v1")).isEmpty();
    assertThat(cache.get(asked("water 49", Scope.DEFAULT), "v1")).isPresent();
  }

  private static SearchPassages asked(String query, Scope asker) {
    return new SearchPassages(asker, query, List.of(), Mode.HYBRID, 10, Filters.NONE);
  }
}
