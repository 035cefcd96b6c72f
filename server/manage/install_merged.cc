// How what the merger made comes into the catalog: the merger hands it over and waits, the writer puts it in its place.
#include <utility>

#include "manage/catalog_writer.h"

namespace attune {

bool CatalogWriter::HandOver(Merged merged) {
  MutexLock lock(mutex_);
  merged_ = std::move(merged);
  merger_waits_ = true;
  work_.NotifyOne();
  while (merger_waits_) installed_.Wait(lock);
  return was_installed_;
}

bool CatalogWriter::PutInPlace(const Merged& merged) {
  const CatalogPtr newest = cell_.Get();
  const DatasetHistory& history = *newest->datasets.find(merged.dataset)->second;  // a dataset is never removed
  DatasetPtr with = merged.change(history.dataset);
  if (with == history.dataset) return false;
  auto next = std::make_shared<Catalog>(*newest);
  next->datasets[merged.dataset] =
      std::make_shared<const DatasetHistory>(DatasetHistory{std::move(with), history.aliases});
  cell_.Set(std::move(next));
  on_publish_(newest->revision);  // rows may have been dropped, whose vectors can go
  return true;
}

void CatalogWriter::Install(const Merged& merged) {
  // Nothing of what was replaced is held any more when the merger hears of it, whose work it is to free it.
  const bool changed = PutInPlace(merged);
  MutexLock lock(mutex_);
  merger_waits_ = false;
  was_installed_ = changed;
  installed_.NotifyOne();
}

}  // namespace attune
