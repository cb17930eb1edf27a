package io.millrace.inference;

import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.Placement;

/** Brings a model into memory. */
interface EngineMaker {
  /** Reads the files of a model; blocks for as long as that takes. */
  Engine open(ModelFiles files, Placement placement) throws Exception;
}
