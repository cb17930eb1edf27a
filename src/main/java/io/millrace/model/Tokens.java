package io.millrace.model;

/** One text, or one pair of texts, as a model reads it. Its arrays are not to be changed. */
public final class Tokens {
  private static final long[] ONE_TEXT = {};

  private final long[] ids;
  private final long[] types;

  /** A pair of texts; refuses what no model can read. */
  public Tokens(long[] ids, long[] types) {
    if (ids.length == 0 || (types.length != 0 && types.length != ids.length)) {
      throw new IllegalArgumentException(
          "a text of %d tokens and %d types".formatted(ids.length, types.length));
    }
    this.ids = ids;
    this.types = types;
  }

  /** One text, not a pair. */
  public static Tokens ofOne(long[] ids) {
    return new Tokens(ids, ONE_TEXT);
  }

  /** {@code long[token]}: special tokens included. */
  public long[] ids() {
    return ids;
  }

  /** {@code long[token]}: which text of a pair a token belongs to; empty for one text. */
  public long[] types() {
    return types;
  }

  /** How many the model reads. */
  public int count() {
    return ids.length;
  }
}
