/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * declaration - where the source declares something
 */
#pragma once

#include "values/objects/object.h"

/* Finds the declaration of the variable or member that the object is. The path is spelled as in the
   debug info. False: not in the debug info. */
bool qc_object_declaration(const struct qemucore_object *object, const char **file, unsigned *line);
