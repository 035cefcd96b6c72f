#include "manage/plan_dataset.h"
