package io.millrace.model;

/**
 * One text, or one pair of texts, as a model reads it.
 *
 * @param ids {@code long[token]}: special tokens included; treated as immutable
 * @param types {@code long[token]}: which text of a pair a token belongs to; empty for one text
 */
public record Tokens(long[] ids, long[] types) {
  private static final long[] ONE_TEXT = {};

  /** Refuses what no model can read. */
  public Tokens {
    if (ids.length == 0 || (types.length != 0 && types.length != ids.length)) {
      throw new IllegalArgumentException(
          "a text of %d tokens and %d types".formatted(ids.length, types.length));
    }
  }

  /** One text, not a pair. */
  public static Tokens ofOne(long[] ids) {
    return new Tokens(ids, ONE_TEXT);
  }

  /** How many the model reads. */
  public int count() {
    return ids.length;
  }
}
