package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.index.CollectionChanges.Place;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CollectionChangesTest {
  private final CollectionChanges changes = new CollectionChanges();

  @Test
  void aChangeCountsWhereItIs() {
    change("ours", "a");
    long a = last("ours", "a");
    long b = last("ours", "b");
    long all = last("ours");
    long theirs = last("theirs");

    change("ours", "b");

    assertThat(last("ours", "a")).isEqualTo(a);
    assertThat(last("ours", "b")).isGreaterThan(b);
    assertThat(last("ours", "a", "b")).isGreaterThan(a);
    assertThat(last("ours")).isGreaterThan(all);
    assertThat(last("theirs")).isEqualTo(theirs);
    assertThat(last("theirs", "b")).isEqualTo(theirs);
  }

  @Test
  void aChangeOfEverythingCountsEverywhere() {
    change("ours", "a");
    long a = last("ours", "a");
    long theirs = last("theirs");

    changes.everythingChanged();

    assertThat(last("ours", "a")).isGreaterThan(a);
    assertThat(last("theirs")).isGreaterThan(theirs);
  }

  @Test
  void whereCollectionsAreTooManyEverythingChanged() {
    change("ours", "a");
    long a = last("ours", "a");

    for (int i = 0; i < 10_000; i++) {
      change("ours", "n" + i);
    }

    assertThat(last("ours", "a")).isGreaterThan(a);
  }

  private void change(String tenant, String collection) {
    changes.changed(List.of(new Place(tenant, collection)));
  }

  private long last(String tenant, String... collections) {
    return changes.last(
        new SearchPassages(
            new Scope(tenant, "project", "somebody"),
            "water",
            List.of(collections),
            Mode.HYBRID,
            10,
            Filters.NONE));
  }
}
