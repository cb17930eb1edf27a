package io.millrace.http;

import io.millrace.document.GenerationNews;
import io.millrace.document.Generations.Counted;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Tells what a test says. */
final class FakeGenerationNews implements GenerationNews {
  private final Map<Object, Consumer<List<Counted>>> listeners = new ConcurrentHashMap<>();

  @Override
  public Following follow(Consumer<List<Counted>> listener) {
    var key = new Object();
    listeners.put(key, listener);
    return () -> listeners.remove(key);
  }

  int followers() {
    return listeners.size();
  }

  void tell(List<Counted> all) {
    listeners.values().forEach(listener -> listener.accept(all));
  }
}
