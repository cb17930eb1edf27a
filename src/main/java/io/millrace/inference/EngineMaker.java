package io.millrace.inference;

import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;

/** Brings a model into memory. */
interface EngineMaker {
  /** Reads the files of a model; blocks for as long as that takes. */
  Engine open(ModelFiles files) throws Exception;
}
