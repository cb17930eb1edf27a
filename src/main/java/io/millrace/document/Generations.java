package io.millrace.document;

import io.millrace.access.Scope;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The generations of the index: another one is built beside the live one, switched to in one
 * transaction, and the one before is kept until it is dropped. They span all tenants.
 */
public interface Generations {
  /**
   * Makes sure that there is a live one: {@code model} is the first one's. As long as nothing was
   * brought in, the live one takes another model at once.
   */
  Future<Generation> ensure(Optional<String> model);

  /** The live one; fails with {@code Unavailable} before there is one. */
  Future<Generation> live();

  /** All there are, by id. */
  Future<List<Generation>> all();

  /** All there are with how far each is, by id. */
  Future<List<Counted>> counted();

  /** One of them with how far it is; fails with {@code NotFound}. */
  Future<Counted> get(long id);

  /**
   * Begins another one; fails with {@code Conflict} while one is being built.
   *
   * @param model empty for none
   * @param switchWhenComplete whether it becomes the live one when no document is missing
   */
  Future<Generation> begin(Optional<String> model, boolean switchWhenComplete);

  /**
   * Makes one that is built, or was live, the live one; the one that is live is kept as it is.
   *
   * @param incomplete whether to do so although documents are missing in it: these are found by
   *     their words only, until they are there; otherwise it fails with {@code Conflict} then
   */
  Future<Generation> switchTo(long id, boolean incomplete);

  /** Tries those documents again that failed; answers how many. */
  Future<Integer> retry(long id);

  /** Gives one up that is not live: its passages are deleted soon after. */
  Future<Void> drop(long id);

  /** Documents of the asker's tenant that failed in it, by name. */
  Future<List<Failure>> failures(Scope asker, long id, int limit);

  /**
   * How far a generation is.
   *
   * @param documents how many it is to have: all that are searchable
   * @param done how many of them are in it as they are now
   * @param failed how many could not be brought in
   */
  record Counted(Generation generation, long documents, long done, long failed) {
    /** Whether nothing is left to be tried. */
    public boolean ended() {
      return done + failed >= documents;
    }
  }

  /**
   * A document that could not be brought in.
   *
   * @param error why, in plain words
   */
  record Failure(
      String documentId, String name, String collection, Optional<String> task, String error) {}
}
