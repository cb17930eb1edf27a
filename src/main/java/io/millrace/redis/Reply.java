package io.millrace.redis;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One answer of Redis: nothing, a number, a text, or a list of answers. */
public final class Reply {
  /** The answer "nothing". */
  static final Reply NOTHING = new Reply(null);

  private final @Nullable Response response;

  private Reply(@Nullable Response response) {
    this.response = response;
  }

  static Reply of(@Nullable Response response) {
    return response == null ? NOTHING : new Reply(response);
  }

  /** Whether Redis answered nil. */
  public boolean isNothing() {
    return response == null;
  }

  /** The answer as text; fails on nothing. */
  public String text() {
    return present().toString();
  }

  /** The answer as a whole number; fails on nothing and on other texts. */
  public long number() {
    Long number = present().toLong();
    if (number == null) {
      throw new IllegalStateException("not a number: " + this);
    }
    return number;
  }

  /** How many items a list holds; 0 for nothing. */
  public int size() {
    return response == null ? 0 : response.size();
  }

  /** The item at {@code index} of a list. */
  public Reply item(int index) {
    return of(present().get(index));
  }

  /** The items of a list; none for nothing. */
  public List<Reply> items() {
    var items = new ArrayList<Reply>(size());
    for (int i = 0; i < size(); i++) {
      items.add(item(i));
    }
    return items;
  }

  /** The items of a list as texts; none for nothing. */
  public List<String> texts() {
    var texts = new ArrayList<String>(size());
    for (int i = 0; i < size(); i++) {
      texts.add(item(i).text());
    }
    return texts;
  }

  /** A flat list of names and values (a hash, a stream entry's fields) as a map. */
  public Map<String, String> fields() {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < size(); i += 2) {
      fields.put(item(i).text(), item(i + 1).text());
    }
    return fields;
  }

  private Response present() {
    if (response == null) {
      throw new IllegalStateException("Redis answered nothing where a value was expected");
    }
    return response;
  }

  @Override
  public String toString() {
    return String.valueOf(response);
  }
}
