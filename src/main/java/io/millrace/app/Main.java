package io.millrace.app;

/** The entry point. */
public final class Main {
  private Main() {}

  /** Starts Millrace. */
  public static void main(String[] args) {
    System.out.println("millrace");
  }
}
