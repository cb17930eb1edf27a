package io.millrace.sql;

import io.millrace.process.ChildProcess;
import io.millrace.process.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Under which account PostgreSQL's programs run: they refuse root.
 *
 * <ul>
 *   <li>An ordinary user: as that user.
 *   <li>Root: in a user namespace without a name for root, as which they see some unknown user; the
 *       files stay root's. Container engines often forbid that.
 *   <li>Root, and the files belong to somebody or namespaces are forbidden: as the files' owner or
 *       {@code nobody}, who must be able to enter the data directory.
 * </ul>
 *
 * @param prefix what stands before the command
 * @param uid the account that must own the files, or {@link #OUR_OWN}
 */
record Account(List<String> prefix, int uid) {
  static final int OUR_OWN = -1;
  private static final int ROOT = 0;
  private static final int NOBODY = 65_534;
  private static final Duration PROBE_MAX = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Account.class);

  Account {
    prefix = List.copyOf(prefix);
  }

  /** For the files in {@code cluster}, which may not exist yet. */
  static Account forFiles(Path cluster) {
    if (uidOf(Path.of("/proc/self")) != ROOT) {
      return new Account(List.of(), OUR_OWN);
    }
    if (Files.exists(cluster) && uidOf(cluster) != ROOT) {
      return of(uidOf(cluster));
    }
    Account unnamed = new Account(List.of("unshare", "--user"), OUR_OWN);
    if (unnamed.works()) {
      return unnamed;
    }
    LOG.info("User namespaces are forbidden here: PostgreSQL runs as uid {}", NOBODY);
    return of(NOBODY);
  }

  /** Another account; only root can. */
  static Account of(int uid) {
    Account other =
        new Account(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"), uid);
    if (!other.works()) {
      throw new EngineException(
          "PostgreSQL does not run as root, and neither unshare nor setpriv helps here; start Millrace as an ordinary user or set database.url");
    }
    return other;
  }

  /** The whole command for {@code words}. */
  List<String> command(List<String> words) {
    return Stream.concat(prefix.stream(), words.stream()).toList();
  }

  /** Gives it what lies in {@code root}, when it is not ours to use. */
  void own(Path root) throws IOException {
    if (uid == OUR_OWN || uidOf(root) == uid) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", uid);
      }
    }
  }

  /** Lets it pass through {@code directory}, not see what is in it. */
  void letThrough(Path directory) throws IOException {
    if (uid != OUR_OWN) {
      Set<PosixFilePermission> mode = EnumSet.of(PosixFilePermission.OTHERS_EXECUTE);
      mode.addAll(Files.getPosixFilePermissions(directory));
      Files.setPosixFilePermissions(directory, mode);
    }
  }

  /**
   * Says so when it cannot reach {@code file}, which would else be a riddle in PostgreSQL's words.
   */
  void checkReach(Path file) {
    if (uid != OUR_OWN
        && !ChildProcess.of(command(List.of("test", "-e", file.toString())))
            .run(PROBE_MAX)
            .succeeded()) {
      throw new EngineException(
          "PostgreSQL does not run as root but as uid %d here, which may not enter the directories above %s; move the data directory, start Millrace as an ordinary user or set database.url"
              .formatted(uid, file));
    }
  }

  private boolean works() {
    return ChildProcess.of(command(List.of("true")))
        .tryRun(PROBE_MAX)
        .filter(ChildProcess.Ended::succeeded)
        .isPresent();
  }

  private static int uidOf(Path file) {
    try {
      return (Integer) Files.getAttribute(file, "unix:uid");
    } catch (IOException e) {
      throw new EngineException("cannot tell who owns " + file + ": " + e.getMessage(), e);
    }
  }
}
