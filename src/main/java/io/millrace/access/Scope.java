package io.millrace.access;

/**
 * Who asks, and for whom things are kept.
 *
 * @param tenant the wall nothing crosses
 * @param project a shelf within a tenant
 * @param user the person or program that asks
 */
public record Scope(String tenant, String project, String user) {
  /** Everybody, until accounts exist. */
  public static final Scope DEFAULT = new Scope("default", "default", "anonymous");

  /** Whether a thing kept for {@code owner} may be seen by this asker. */
  public boolean maySee(Scope owner) {
    return tenant.equals(owner.tenant);
  }
}
